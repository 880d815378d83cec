"""The date in the head of an answer. Imported when somebody needs it.
On an ESP8266 not without thingspeak."""


def unix(text):
    """Unix seconds of an HTTP date such as "Sat, 21 Nov 2026 04:37:30 GMT"."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(text[8:11]) // 3 + 1
    year = int(text[12:16])
    days = (year - 1970) * 365 + (year - 1969) // 4  # until 2099 every fourth year is a leap year
    for m in range(1, month):
        days += 31 - (m == 4 or m == 6 or m == 9 or m == 11) - (3 - (year % 4 == 0)) * (m == 2)
    return ((days + int(text[5:7]) - 1) * 24 + int(text[17:19])) * 3600 + int(text[20:22]) * 60 + int(text[23:25])

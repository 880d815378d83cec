"""What keys the configuration has, what they may hold and what holds without them: the one table.

It is a string because a string stays in flash; docs/configuration.md is its readable form, and a test keeps the two together.
"""

DEFAULT = const(3)  # its column
# KEY KIND WHEN DEFAULT words. `*` after the kind: required. `restart`: read once at boot; `now`: the change takes
# effect by itself. `*` stands for any name, `[]` for an entry of a list. Kinds are explained in validate.py.
TABLE = """
board text:1:32 restart null board profile; without it the plain profile of the chip
hostname host restart "picorest" the name in the network: HOSTNAME.local (not on the ESP8266)
timezone text:1:64 restart "UTC0" POSIX time zone such as CET-1CEST,M3.5.0,M10.5.0/3
token text:1:64 now null the password for changes, as Authorization: Bearer TOKEN
auth set:write,all now "write" what needs the token: every change, or every request
update.key text:64:64 now null ESP8266: secret with which updates over Wi-Fi are signed; a change only by cable
update.public_key text:64:64 now null ESP32 family: public key of who signs updates over Wi-Fi; a change only by cable
allowed_origins list:8:origin now [] web pages that may change something, such as http://panel.local:8123
wifi.networks list:8 now [] the networks to join, the strongest nearby first
wifi.networks[].ssid text:1:32* now null the network's name
wifi.networks[].password text:0:64 now "" its password, empty for an open network
wifi.static.ip addr4* now null fixed address instead of DHCP
wifi.static.netmask addr4 now "255.255.255.0" its network mask
wifi.static.gateway addr4* now null address of the router
wifi.static.dns addr4 now null DNS server; without it the gateway
wifi.ap.ssid text:1:32 now null name of the board's own access point; without it picorest- and the chip's number
wifi.ap.password ascii:8:63 now null its password; without it one of its own, shown on the serial console
wifi.power_save bool restart false let the radio sleep between beacons: saves current, answers later
pins map:20 restart {} what a pin is for and what it does at boot
pins.*.name label:1:32 restart null a name for people
pins.*.mode set:in,out,open_drain restart null direction
pins.*.pull set:up,down,none restart "none" pull resistor of an input
pins.*.safe int:0:1 restart null state of an output at boot and after a timer
pins.*.invert bool restart false whether state 1 is low on the wire, for modules that work when low
pins.*.button.active int:0:1 restart 0 a button with events: the level on its wire while it is pressed
pins.*.button.hold float:0:60 restart 1 seconds after which it counts as held; 0: never
dht list:4 restart [] temperature and humidity sensors
dht[].pin pin* restart null the data pin
dht[].type set:dht11,dht22* restart null the sensor
sensors list:8 restart [] sensors of other types (ESP8266: a part)
sensors[].name label:1:16* restart null what it is called: a word, as in NAME.temperature
sensors[].type set:bme280,ds18b20* restart null the sensor
sensors[].sda pin restart null bme280: the pin of the wire SDA
sensors[].scl pin restart null bme280: the pin of the wire SCL
sensors[].address address restart null bme280: 118 or 119, usually 118; ds18b20: its 16 digits, needed where several are on the pin
sensors[].pin pin restart null ds18b20: the pin of the data wire
display.type set:ssd1306 restart "ssd1306" its controller (ESP8266: a part)
display.width int:128:128 restart 128 columns
display.height int:32:64 restart 64 rows of dots: 64, or 32
display.sda pin* restart null the pin of the wire SDA
display.scl pin* restart null the pin of the wire SCL
display.reset pin restart null the pin of the display's reset, where it has one
display.address int:60:61 restart 60 its address on the wires
display.screens list:4:list:8:text:0:64 now [] lines such as "In: {dht.D2.temperature} oC" for each screen
display.every int:0:86400 now 10 seconds until the next screen; 0: only the button turns them
display.button text:1:32 restart null name of a button that turns them
ntp.servers list:4:text:1:64 restart ["pool.ntp.org"] time servers, tried in turn
weather.provider set:open-meteo,openweather now "open-meteo" who is asked; openweather needs a key
weather.place text:1:64 now null the configured place: a city such as Paris,FR
weather.lat float:-90:90 now null or its latitude
weather.lon float:-180:180 now null and longitude
weather.key text:1:64 now null key of the provider
weather.url url now null another server that speaks the provider's language
thingspeak.channel int:1:1000000000 restart null channel number
thingspeak.read_key text:1:64 now null read key, for a private channel
thingspeak.write_key text:1:64 now null write key
thingspeak.url url now "http://api.thingspeak.com" another server that speaks ThingSpeak
thingspeak.window int:1:3600 restart 15 seconds between two writes: 15 with a free licence, 1 with a paid one
thingspeak.write.every int:1:86400 restart 20 seconds between two readings, at least `window`
thingspeak.write.fields map:8:text:1:48 restart {} field number to value: {"1": "dht.D2.temperature"}
thingspeak.write.led pin restart null a pin that toggles with every delivery
thingspeak.write.buffer int:1:5000 restart null readings kept while offline; without it 2.4 KB (ESP8266) or 24 KB
thingspeak.read.every int:1:86400 restart 15 seconds between two questions
thingspeak.read.pins map:8:pin restart {} field number to pin: {"1": "D1"}
thingspeak.read.silence int:1:86400 now 300 seconds without a 1 or 0 after which a pin goes to its safe state
thingspeak.read.max_age int:1:864000 now null seconds after which an entry counts for nothing; without it never
thingspeak.talkback.id int:1:1000000000 restart null number of a TalkBack that is asked for commands
thingspeak.talkback.key text:1:64 now null its key
thingspeak.talkback.commands map:8:text:1:48 now {} command to pins: {"LAMP_ON": "D1=1", "ALL_OFF": "D1=0,D5=0"}
mqtt.host text:1:64* restart null name or address of an MQTT broker, such as homeassistant.local (ESP32 family)
mqtt.port int:1:65535 restart null its port; without it 1883, or 8883 with `tls`
mqtt.tls bool restart false whether the connection is encrypted, and checked against `ca`
mqtt.user text:1:64 restart null user name at the broker
mqtt.password text:1:64 restart null its password
mqtt.topic text:1:64 restart null what topics begin with; without it picorest/ and the hostname
mqtt.discovery bool restart true whether Home Assistant is told of the named pins and the sensors
links list:16 restart [] what makes something happen (ESP8266: a part)
links[].when text:1:120* restart null pin, event, value, another board's pin: bell.press, dht.D2.humidity, http://hall.local door
links[].is float:-1000000:1000000 restart null acts when it becomes this
links[].above float:-1000000:1000000 restart null acts when it rises above this
links[].below float:-1000000:1000000 restart null acts when it falls below this; with above: the end of that
links[].do text:3:64* restart null the action: lamp.toggle, fan.on, thingspeak.field1.toggle …
links[].else text:3:64 restart null the action when the condition ends
links[].min int:1:86400 restart null seconds at least between two actions
links[].silent text:3:64 restart null the action when nothing is heard
links[].silence int:4:86400 restart 60 for so many seconds
links[].for float:0:86400 restart null seconds after which a pin falls back
links[].pwm float:0:1 restart null duty of a pin
links[].freq int:1:40000000 restart null its frequency in Hz
links[].seconds float:0:3600 restart null how long a fade takes
links[].tune text:1:160 restart null notes, such as C5:0.2 E5:0.2
links[].value value:0:64 restart null what a field is set to
links[].lines list:8:text:0:64 restart null what the display shows
alarms list:8 now [] what happens at set times (ESP8266: a part)
alarms[].id label:1:24 now null what it is called; without it 1 to 8, by its place
alarms[].at text:5:7 now null local time such as 07:30, or sunrise, or sunset
alarms[].days text:3:27 now "daily" mon-fri, or sat,sun
alarms[].date text:10:10 now null instead of days: once, on a day such as 2026-12-24
alarms[].every int:1:604800 now null instead of at: seconds from one time to the next
alarms[].offset int:-43200:43200 now 0 seconds after sunrise or sunset; with a minus before it
alarms[].do text:4:64* now null what is done, such as bell.tune: see actions
alarms[].for float:0:86400 now null seconds
alarms[].pwm float:0:1 now null duty
alarms[].freq int:1:40000000 now null Hz
alarms[].seconds float:0:3600 now 1 how long a fade takes
alarms[].tune text:1:160 now null notes such as C5:0.2 -:0.1 E5:0.2
alarms[].value value:0:48 now null what a field is set to
alarms[].lines list:8:text:0:64 now [] what the display shows
alarms[].snooze int:1:86400 now 540 seconds for which it is put off
alarms[].button text:1:32 now null name of a button: pressed it puts off, held it stops
alarms[].missed set:skip,run now "skip" what becomes of a time that has passed by more than three minutes
alarms[].enabled bool now true whether it is on
ca text:1:64 now null file with the certificates that https servers are checked against (ESP32 family)
proxy map:8 now {} named upstreams
proxy.*.url url* now null the address that is fetched
proxy.*.headers map:4:text:1:200 now {} headers that are sent along
proxy.*.pick text:1:64 now null path into the JSON answer, such as data.0
proxy.*.cache int:0:86400 now 60 seconds an answer is kept
proxy.*.max_bytes int:16:16384 now 2048 longest answer that is taken
proxy.*.private bool now false whether a redirect may lead to a local address
"""

SECRETS = " password key token read_key write_key headers "


def line(key):
    """The table's line for a key such as "wifi.ap.ssid", cut into its five columns; None if there is none."""
    start = TABLE.find("\n" + key + " ")
    if start < 0:
        return None
    return TABLE[start + 1 : TABLE.find("\n", start + 1)].split(" ", 4)


def add_warning(found, words):
    """Add to a list of warnings, which stays short: where there are many, the last one says how many more."""
    if len(found) > 4:
        more = int(found.pop().split(" ")[0]) if len(found) > 5 else 0
        words = "%d more like these" % (more + 1)
    found.append(words)

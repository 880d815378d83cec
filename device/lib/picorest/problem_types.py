"""The types of problems: a line for each, with its HTTP status and the sentence that is told where none was given; in it %(name)s
stands for a member. The title is the type in words.

One text for all of them: a constant of its own would cost each sentence 16 bytes of heap.
"""

TYPES = """
adc-unavailable 409 GPIO%(pin)d is on ADC2, which does not work while Wi-Fi is on: use another analogue input.
address-too-long 414 The address is too long: keep it under 1000 characters.
analog-only 409 A0 is analogue only: read it with GET /adc/A0.
bad-as 400 as is one of: json, text, bytes.
bad-chunk 400 The chunked body is not well-formed: send Content-Length instead.
bad-combination 400 %(why)s.
bad-config 400
bad-credentials 400
bad-entry 400 Send an object of field1 to field8, status, latitude, longitude, elevation or created_at: {"field1":21.5}.
bad-for 400 for is a number of seconds from 0.001 to 86400.
bad-form 400 The form is not UTF-8 text with %%XX escapes.
bad-freq 400 freq is a number of Hz from 1 to %(allowed)s on this chip.
bad-header 400 A header is not valid: each is one line such as Name: value, and Host, Content-Length and the like come once.
bad-json 400 The body is not JSON: send an object such as {"state":1}, in UTF-8.
bad-length 400 Content-Length is one whole number, without Transfer-Encoding.
bad-lines 400 Send 1 to 8 lines of at most 64 bytes, and for how many seconds: {"lines":["Hello"],"for":10}.
bad-mode 400 mode is one of: in, out, open_drain.
bad-number 400 %(parameter)s is a whole number from 1 to %(allowed)d; the channel may also stand in the configuration.
bad-part 400 Say which part of the link to try, if it has that: {"part":"do"}, "else" or "silent".
bad-place 400 Say where: ?city=Paris,FR (at most 64 characters), or ?lat=48.85&lon=2.35, or set weather.place in the configuration.
bad-pull 400 pull is one of: up, down, none.
bad-pwm 400 pwm is a number from 0 to 1.
bad-query 400 The query is not UTF-8 text with %%XX escapes: check what stands behind the question mark.
bad-request 400 This is not a valid HTTP request: send one whose lines end with CR LF, in UTF-8, with a path from the slash on.
bad-samples 400 samples is a whole number from 1 to 64.
bad-state 400 state is one of: 1, 0, on, off, high, low, true, false, toggle.
bad-timezone 400
bad-type 400 type is one of: dht11, dht22.
bad-update 400
bad-wait 400 wait is 0 to 30 seconds, and since is the rev of an earlier answer.
clock-not-set 503
configured-input 409 GPIO%(pin)d is an input by the configuration: say mode=out too if it shall be driven.
content-encoding 415 Send the body as it is, without Content-Encoding.
cookie-needed 302 Ask again with the cookie that comes with this answer, as browsers do by themselves.
cross-site 403 This would change something, and %(why)s: open the board's own address, or add the page to allowed_origins.
damaged 400
expectation 417 Only Expect: 100-continue is understood.
flash-full 507
flash-pin 409 GPIO%(pin)d is wired to the %(why)s: touching it can stop the board; use another pin.
head-has-no-effect 400 HEAD changes nothing: use GET or PUT.
headers-too-large 431 The headers are too large: keep them under 1500 characters (fewer cookies).
http-version 505 Use HTTP/1.1.
input-only-pin 409 GPIO%(pin)d can only be read: use another pin to drive something.
internal-error 500 This is a fault of the board's program; its serial console says more.
method-not-allowed 405 %(method)s does not work here: use %(allowed)s.
missing-pin 400 Name a pin, such as pin=%(example)s; GET /pins lists them all.
missing-type 400 There is no sensor on GPIO%(pin)d yet: say which one it is with type=dht11 or type=dht22.
no-adc 409 GPIO%(pin)d is no analogue input: use one of those in allowed.
no-display 404 The configuration has no display.
no-events 501 This chip has too few connections for a stream of events: ask GET /gpio?wait=30&since=REV again and again instead.
no-https 501 %(upstream)s wants https: %(why)s.
no-network 503
no-open-drain 409 GPIO%(pin)d has no open-drain output: use another pin.
no-pull 409 GPIO%(pin)d has no pull-%(pull)s resistor: add one outside, or use another pin.
no-pwm 409 GPIO%(pin)d has no PWM: use another pin.
no-reading 503
no-socket 503 %(upstream)s cannot be asked now: all connections that the chip has are in use, try again in a few seconds.
no-wifi 503 %(upstream)s cannot be asked: the board has no Wi-Fi connection, see GET /wifi.
not-found 404 There is nothing at this address: see GET /gpio, /pins, /status; docs/api.md lists all.
not-ringing 409 There is nothing to put off: this alarm has not been due of late.
not-signed 403 This board takes signed updates only: ./deploy.sh update --sign KEYFILE.
not-stored 500
nothing-to-do 400 Say what to set: state, mode, pull or pwm.
ntp-bad-answer 502
ntp-implausible 502
ntp-rate 502
ntp-refused 502
ntp-timeout 504
ntp-unconfirmed 502
ntp-unknown 502
ntp-unreachable 502
ntp-unsynchronised 502
older-update 409 This was signed before the newest update that the board has taken: sign it again to go back to it.
other-type 409 GPIO%(pin)d is set up for a %(kind)s: leave type out, or correct it in the configuration.
out-of-memory 503 The board ran out of memory: ask again in a second, or for less.
pin-in-use 409 GPIO%(pin)d is in use as a digital pin: use another one, or restart the board to free it.
pwm-busy 409 No PWM channel is free: stop PWM on another pin first.
pwm-frequency 409 All PWM outputs of this chip share one frequency, now %(freq)d Hz: use it, or stop PWM on the other pins.
repeated-member 400 The JSON has a member twice in one object: give each once.
repeated-parameter 400 The parameter %(parameter)s came twice: give it once.
repeated-pin 400 %(name)s is a pin that the request names already: name it once.
reserved-pin 409 GPIO%(pin)d belongs to the %(owner)s: use another pin.
safe-mode 503 Safe mode: three starts in a row failed within a minute, as GET /log tells. Only what mends that works: change the configuration, or restart the board.
scan-failed 503
token-needed 401 Send the board's token: Authorization: Bearer TOKEN, or the token as the password in the browser's window.
too-early 429 ThingSpeak takes an entry from a channel every %(seconds)d seconds: wait.
too-large 413 The body is too large: send at most %(allowed)d bytes.
too-many-requests 429 Others want to be served too: ask less often.
too-many-sensors 409 The board reads four sensors at most: restart it to free those that were set up on the spot.
too-many-tokens 429 Too many tokens were wrong: this one was not looked at, try again in %(retry_after)d s.
too-many-waiting 503 Others are waiting already: ask without wait.
too-often 429
transfer-encoding 501 Only chunked is understood.
unknown-alarm 404 There is no alarm of this name: GET /alarms lists them.
unknown-channel 404 ThingSpeak has no channel of this number: check it.
unknown-city 404 %(upstream)s does not know this city: check the spelling, or use lat and lon.
unknown-link 404 There is no link of this number: GET /links lists them, the first is 1.
unknown-parameter 400 %(parameter)s is not known here: use one of those in allowed.
unknown-pin 404 This board has no such pin: GET /pins lists them all.
unknown-sensor 404 There is no sensor of this name: GET /sensors lists them, the configuration keys sensors and dht make them.
unknown-upstream 404 There is no upstream of this name: GET /proxy lists them, the configuration key proxy makes them.
update-off 403
updating 409
upstream-bad-key 502 %(upstream)s refuses the key (%(reason)s): check %(key)s in the configuration.
upstream-bad-url 502 %(upstream)s has an address, or sends us to one, that is none: check it in the configuration.
upstream-busy 503 %(upstream)s cannot be asked now, others wait already: try again in a few seconds.
upstream-error 502 %(upstream)s answers with an error (%(reason)s): try again later.
upstream-garbage 502 %(upstream)s answered %(why)s.
upstream-rate-limited 503 %(upstream)s takes no more requests for now: wait, and ask less often.
upstream-redirect 502 %(upstream)s sends us to %(at)s. Not followed: a third redirect, from https to http, to another server with a POST, to a local address without `private`.
upstream-refused 502 %(upstream)s refused or broke the connection (error %(error)s): is it running, and is %(at)s right?
upstream-timeout 504 %(upstream)s did not answer within %(seconds)d s: try again later.
upstream-too-large 502 %(upstream)s answers more than %(allowed)d bytes, which is refused: ask for less.
upstream-unknown 502 %(upstream)s cannot be found: check the name %(host)s and the DNS server.
upstream-untrusted 502 %(upstream)s is not trusted: %(why)s.
wrong-signature 403 The signature is not by the key that belongs to %(key)s of the configuration, or not of this update.
"""

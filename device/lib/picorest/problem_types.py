"""The sentences of problems that are raised without one: a line per type, %(name)s stands for a member.

One text for all of them: a constant of its own would cost each sentence 16 bytes of heap.
"""

SENTENCES = """
adc-unavailable GPIO%(pin)d is on ADC2, which does not work while Wi-Fi is on: use another analogue input.
address-too-long The address is too long: keep it under 1000 characters.
analog-only A0 is analogue only: read it with GET /adc/A0.
bad-as as is one of: json, text, bytes.
bad-chunk The chunked body is not well-formed: send Content-Length instead.
bad-combination %(why)s.
bad-entry Send an object of field1 to field8, status, latitude, longitude, elevation or created_at: {"field1":21.5}.
bad-for for is a number of seconds from 0.001 to 86400.
bad-form The form is not UTF-8 text with %%XX escapes.
bad-freq freq is a number of Hz from 1 to %(allowed)s on this chip.
bad-header A header is not sound: each is one line such as Name: value, and Host, Content-Length and the like come once.
bad-json The body is not JSON: send an object such as {"state":1}, in UTF-8.
bad-length Content-Length is one whole number, without Transfer-Encoding.
bad-mode mode is one of: in, out, open_drain.
bad-number %(parameter)s is a whole number from 1 to %(allowed)d; the channel may also stand in the configuration.
bad-place Say where: ?city=Paris,FR (at most 64 characters), or ?lat=48.85&lon=2.35, or set weather.place in the configuration.
bad-pull pull is one of: up, down, none.
bad-pwm pwm is a number from 0 to 1.
bad-query The query is not UTF-8 text with %%XX escapes: check what stands behind the question mark.
bad-request This is not a sound HTTP request: send one whose lines end with CR LF, in UTF-8, with a path from the slash on.
bad-samples samples is a whole number from 1 to 64.
bad-state state is one of: 1, 0, on, off, high, low, true, false, toggle.
bad-type type is one of: dht11, dht22.
bad-wait wait is 0 to 30 seconds, and since is the rev of an earlier answer.
content-encoding Send the body as it is, without Content-Encoding.
configured-input GPIO%(pin)d is an input by the configuration: say mode=out too if it shall be driven.
cookie-needed Ask again with the cookie that comes with this answer, as browsers do by themselves.
cross-site This would change something, and %(why)s: open the board's own address, or add the page to allowed_origins.
expectation Only Expect: 100-continue is understood.
flash-pin GPIO%(pin)d is wired to the %(why)s: touching it can stop the board; use another pin.
head-has-no-effect HEAD changes nothing: use GET or PUT.
headers-too-large The headers are too large: keep them under 1500 characters (fewer cookies).
http-version Use HTTP/1.1.
input-only-pin GPIO%(pin)d can only be read: use another pin to drive something.
internal-error This is a fault of the board's program; its serial console says more.
method-not-allowed %(method)s does not work here: use %(allowed)s.
missing-pin Name a pin, such as pin=%(example)s; GET /pins lists them all.
missing-type There is no sensor on GPIO%(pin)d yet: say which one it is with type=dht11 or type=dht22.
no-adc GPIO%(pin)d is no analogue input: use one of those in allowed.
no-events This chip has too few connections for a stream of events: ask GET /gpio?wait=30&since=REV again and again instead.
no-https %(upstream)s wants https: %(why)s.
no-open-drain GPIO%(pin)d has no open-drain output: use another pin.
no-pull GPIO%(pin)d has no pull-%(pull)s resistor: add one outside, or use another pin.
no-pwm GPIO%(pin)d has no PWM: use another pin.
no-socket %(upstream)s cannot be asked now: all connections that the chip has are in use, try again in a few seconds.
no-wifi %(upstream)s cannot be asked: the board has no Wi-Fi connection, see GET /wifi.
not-found There is nothing at this address: see GET /gpio, /pins, /status; docs/api.md lists all.
nothing-to-do Say what to set: state, mode, pull or pwm.
other-type GPIO%(pin)d is set up for a %(kind)s: leave type out, or correct it in the configuration.
out-of-memory The board ran out of memory: ask again in a second, or for less.
pin-in-use GPIO%(pin)d is in use as a digital pin: use another one, or restart the board to free it.
pwm-busy No PWM channel is free: stop PWM on another pin first.
pwm-frequency All PWM outputs of this chip share one frequency, now %(freq)d Hz: use it, or stop PWM on the other pins.
repeated-member The JSON has a member twice in one object: give each once.
repeated-parameter The parameter %(parameter)s came twice: give it once.
repeated-pin %(name)s is a pin that the request names already: name it once.
reserved-pin GPIO%(pin)d belongs to the %(owner)s: use another pin.
token-needed Send the board's token: Authorization: Bearer TOKEN, or the token as the password in the browser's window.
too-early ThingSpeak takes an entry from a channel every %(seconds)d seconds: wait.
too-large The body is too large: send at most %(allowed)d bytes.
too-many-requests Others want to be served too: ask less often.
too-many-sensors The board reads four sensors at most: restart it to free those that were set up on the spot.
too-many-waiting Others are waiting already: ask without wait.
transfer-encoding Only chunked is understood.
unknown-channel ThingSpeak has no channel of this number: check it.
unknown-city %(upstream)s does not know this city: check the spelling, or use lat and lon.
unknown-parameter %(parameter)s is not known here: use one of those in allowed.
unknown-pin This board has no such pin: GET /pins lists them all.
unknown-upstream There is no upstream of this name: GET /proxy lists them, the configuration key proxy makes them.
upstream-bad-key %(upstream)s refuses the key (%(reason)s): check %(key)s in the configuration.
upstream-bad-url %(upstream)s has an address, or sends us to one, that is none: check it in the configuration.
upstream-busy %(upstream)s cannot be asked now, others wait already: try again in a few seconds.
upstream-error %(upstream)s answers with an error (%(reason)s): try again later.
upstream-garbage %(upstream)s answered %(why)s.
upstream-rate-limited %(upstream)s takes no more requests for now: wait, and ask less often.
upstream-redirect %(upstream)s sends us to %(at)s. Not followed: a third redirect, from https to http, to another server with a POST, to a local address without `private`.
upstream-refused %(upstream)s refused or broke the connection (error %(error)s): is it running, and is %(at)s right?
upstream-timeout %(upstream)s did not answer within %(seconds)d s: try again later.
upstream-too-large %(upstream)s answers more than %(allowed)d bytes, which is refused: ask for less.
upstream-unknown %(upstream)s cannot be found: check the name %(host)s and the name server.
upstream-untrusted %(upstream)s is not trusted: %(why)s.
"""


def sentence(problem):
    """The detail of a Problem that was raised without one."""
    at = SENTENCES.find("\n%s " % problem.type)
    if at < 0:
        return problem.type
    at += len(problem.type) + 2
    return SENTENCES[at : SENTENCES.find("\n", at)] % problem.members

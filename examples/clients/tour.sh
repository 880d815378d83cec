#!/bin/sh
# A tour of a board with curl: ./tour.sh http://192.168.1.77 [PIN]. It drives one pin, D5 unless you name another.
set -eu
board=${1:?say where the board is, as in: ./tour.sh http://192.168.1.77}
pin=${2:-D5}

ask() { # shows what is asked, and what is answered; -f: a refusal ends the tour
    printf '\n$ curl %s\n' "$*"
    curl -fsS "$@"
    echo
}

ask "$board/health"
ask "$board/pins"
ask "$board/gpio/$pin?state=1"
ask -X PUT -d '{"state":"toggle"}' "$board/gpio/$pin"
ask -X PUT -d '{"state":1,"for":2.5}' "$board/gpio/$pin"
ask -X PUT -d '{"pwm":0.25,"freq":500}' "$board/gpio/$pin"
ask -X PUT -d "{\"$pin\":0}" "$board/gpio"
ask "$board/gpio"
ask "$board/dht"
ask "$board/adc"
ask "$board/time"
ask "$board/status"

# refusals say why, and what would do: without -f their words are shown
printf '\n$ curl %s\n' "$board/gpio/99"
curl -sS "$board/gpio/99"

# wait for a change: revisions say which one is known already
rev=$(curl -fsS "$board/gpio/$pin" | sed 's/.*"rev":\([0-9]*\).*/\1/')
(sleep 1 && curl -fsS -X PUT -d state=1 "$board/gpio/$pin" > /dev/null) &
ask "$board/gpio/$pin?wait=10&since=$rev"
wait
ask -X PUT -d state=0 "$board/gpio/$pin"

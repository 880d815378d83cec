"""MQTT: what the board knows and does, for a broker such as Mosquitto and for Home Assistant. Not on an ESP8266."""

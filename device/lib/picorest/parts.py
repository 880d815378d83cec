"""What a program can be without. An ESP8266 has no room for all of it: there the build puts the names of those chosen here.

A part is what modules say in their docstring that they belong to; its name is that of its section in the configuration, if there
is one."""

MISSING = const("")
PARTS = const("alarms boards display links metrics proxy sensors thingspeak user weather")  # and what there is

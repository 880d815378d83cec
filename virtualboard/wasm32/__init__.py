"""The engine wasm32: a 32-bit MicroPython, compiled to WebAssembly, with a heap as large as the ESP8266's."""

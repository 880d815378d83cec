"""DHT11 and DHT22, sensors of temperature and humidity."""

/* Returns the CRC-32 of a text. */
unsigned long crc_of(const char *text);

#include <string.h>
#include <zlib.h>

#include "crc.h"

unsigned long crc_of(const char *text)
{
    return crc32(0L, (const Bytef *)text, (uInt)strlen(text));
}

#include <unistd.h>

int main(void) { return setuid(33); }

#include <stdio.h>

int main(void) { FILE *log = fopen("/app/log/server.log", "a"); return !log; }

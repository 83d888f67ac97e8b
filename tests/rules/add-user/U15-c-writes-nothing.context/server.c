#include <stdio.h>
#include <fcntl.h>

int main(void) { int f = open("page.html", O_RDONLY); FILE *g = fopen("a.txt", "rb"); return f < 0 || !g; }

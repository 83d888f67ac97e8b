#include <fcntl.h>
#include <stdio.h>
int main(void) {
    int lock = open("/dev/shm/server.lock", O_CREAT | O_RDWR, 0600);
    FILE *log = fopen("/tmp/server.log", "a");
    return lock < 0 || log == NULL;
}

#include <stdio.h>
int main(){FILE*f=fopen("/etc/myd.conf","r");return !f;}

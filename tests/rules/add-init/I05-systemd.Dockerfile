FROM fedora:42
STOPSIGNAL SIGRTMIN+3
CMD ["/sbin/init"]

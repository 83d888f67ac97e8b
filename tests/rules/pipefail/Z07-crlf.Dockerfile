from alpine:3.22
run wget -qO- https://example.com/list | \
    sort > /etc/list

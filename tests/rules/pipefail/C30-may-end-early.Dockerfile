FROM alpine:3.22
RUN wget -qO- https://example.com/a | head -n 1 > /a
RUN wget -qO- https://example.com/a | grep x | sort > /a
RUN wget -qO- https://example.com/a.tar | tar x --occurrence=1 a
RUN wget -qO- https://example.com/a | while read x; do echo $x; done
RUN wget -qO- https://example.com/a | tee /a && ls /b | grep c | cat
RUN wget -qO- https://example.com/a | tee /a & wait

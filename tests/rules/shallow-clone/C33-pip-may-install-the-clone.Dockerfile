FROM python:3.13 AS src
RUN git clone https://github.com/example/one.git && pip install flask ./one && rm -rf one
RUN git clone https://github.com/example/two.git && pip install -e two flask && rm -rf two

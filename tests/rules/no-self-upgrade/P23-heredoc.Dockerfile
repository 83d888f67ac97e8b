FROM python:3.13
RUN <<EOF
pip install --upgrade pip
pip install flask
EOF

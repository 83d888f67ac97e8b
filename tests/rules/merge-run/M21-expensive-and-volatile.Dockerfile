FROM python:3.13-slim
RUN pip install -r requirements.txt
RUN python manage.py collectstatic
RUN curl -fsSLO https://example.com/latest.json
RUN git clone https://example.com/x.git /srv/x
RUN npm ci
RUN npm run build
RUN ./configure
RUN make

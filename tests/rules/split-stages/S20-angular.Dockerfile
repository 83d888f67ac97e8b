FROM node:22-bookworm
WORKDIR /app
COPY . .
RUN npm ci
RUN npx ng build --configuration production
RUN sed -i "s/VERSION/1/" dist/shop/browser/index.html
RUN npm i -g sirv-cli
HEALTHCHECK CMD curl -f http://127.0.0.1:5000/ || exit 1
CMD ["sirv", "dist/shop/browser", "--single", "--host", "--port", "5000"]

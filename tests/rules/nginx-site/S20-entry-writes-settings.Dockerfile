FROM node:22
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["sh", "-c", "envsubst < env.tpl > dist/env.js && npx serve -s dist -l 3000"]

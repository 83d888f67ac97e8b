#!/bin/sh
prisma migrate deploy
pm2-runtime dist/index.js

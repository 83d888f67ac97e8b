#!/bin/bash
set -e
migrate
node a.js

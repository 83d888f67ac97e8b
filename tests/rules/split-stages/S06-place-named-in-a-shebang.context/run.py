#!/usr/local/bin/python
import requests

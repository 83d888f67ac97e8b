import express from 'express'
import pretty from 'pino-pretty'
express().listen(3000)

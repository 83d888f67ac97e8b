import { Router, Request, Response } from "express";
export const health = Router();
health.get("/healthz", (_req: Request, res: Response) => res.send("ok"));

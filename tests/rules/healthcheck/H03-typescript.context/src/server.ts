import express from "express";
import { health } from "./routes/health.js";
const app = express();
const port: number = parseInt(process.env.PORT || "3000", 10);
app.use("/api", health);
app.listen(port, () => console.log("ready"));

FROM debian:trixie-slim
CMD   python3   \

   app.py   \
   --x  

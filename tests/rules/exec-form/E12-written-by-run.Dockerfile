FROM debian:trixie-slim
RUN echo '#!/bin/sh\nexec x' > /start.sh && chmod +x /start.sh
CMD /start.sh

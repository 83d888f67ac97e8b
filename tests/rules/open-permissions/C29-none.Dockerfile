FROM debian:trixie-slim
RUN chmod 1777 /tmp && chmod +x /a && chmod -x /b && chmod a+rX /c && chmod 775 /d && chmod g+w /e && chmod o-w /f
RUN chmod 0755 /x && chmod u+rwx,o+rx /y && chmod --reference=777 /z
COPY --chmod=755 a /a
RUN install -m 755 a /b && mkdir -m 0750 /c && mkdir 777

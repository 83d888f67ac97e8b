FROM httpd:2.4
CMD ["httpd-foreground"]

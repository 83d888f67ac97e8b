FROM example.com/base/nginx:1
CMD ["nginx", "-g", "daemon off;"]

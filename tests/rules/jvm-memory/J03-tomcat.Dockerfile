FROM tomcat:10.1-jdk17
COPY app.war /usr/local/tomcat/webapps/

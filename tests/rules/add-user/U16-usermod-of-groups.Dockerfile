FROM jenkins/jenkins:lts
USER root
RUN groupadd --gid 1001 docker && usermod -a -G docker jenkins
USER jenkins

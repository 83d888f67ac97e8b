FROM jenkins/jenkins:lts
CMD ["x"]

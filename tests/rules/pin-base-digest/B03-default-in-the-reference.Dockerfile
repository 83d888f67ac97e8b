FROM ${IMAGE:-node:20}

# A static binary on an empty image: no shell, no package manager, not root.
ARG GO_IMAGE=docker.io/library/golang:1.26
FROM ${GO_IMAGE} AS build
# COMMIT and DATE are for --version: git rev-parse HEAD, git log -1 --format=%cI.
ARG VERSION=dev COMMIT= DATE=
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Time zones are compiled in; the certificates are those of the build image.
RUN CGO_ENABLED=0 go build -trimpath \
    -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT} -X main.date=${DATE}" \
    -o /out/keyroster ./cmd/keyroster
RUN mkdir -p /out/own/work /out/own/state /out/own/tmp && chmod 0700 /out/own/*

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/keyroster /usr/local/bin/keyroster
# Run folders go to the working directory, state to /state: mount volumes there.
# /tmp is for large workbooks in the making.
COPY --from=build --chown=65532:65532 /out/own/ /
# USER is the operator that reports name.
ENV XDG_STATE_HOME=/state HOME=/work USER=keyroster
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/keyroster"]

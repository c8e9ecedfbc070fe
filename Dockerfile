# A static binary on an empty image: no shell, no package manager, not root.
ARG GO_IMAGE=golang:1.26
FROM ${GO_IMAGE} AS build
ARG VERSION=dev
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Time zones are compiled in; the certificates are those of the build image.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=${VERSION}" -o /out/keyroster ./cmd/keyroster \
 && mkdir -p /out/work /out/state && chmod 0700 /out/work /out/state

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/keyroster /usr/local/bin/keyroster
# Run folders go to the working directory, state to /state: mount volumes there.
COPY --from=build --chown=65532:65532 /out/work /work
COPY --from=build --chown=65532:65532 /out/state /state
ENV XDG_STATE_HOME=/state HOME=/work
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/keyroster"]

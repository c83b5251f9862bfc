package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"syscall"

	"github.com/redis/go-redis/v9"
)

func missingRedis() string {
	if _, ok := installed("redis-server"); ok {
		return ""
	}
	return "apt-get install redis-server"
}

// beginRedis starts a server that keeps nothing on disk, and sets a key for each number.
func beginRedis(ctx context.Context, h *host) (err error) {
	name, port, err := net.SplitHostPort(h.address)
	if err != nil {
		return err
	}
	path, _ := installed("redis-server")
	h.server, err = start(ctx, serverCore, 0, path, "--bind", name, "--port", port, "--dir", h.dir, "--save", "", "--appendonly", "no",
		"--loglevel", "warning")
	if err != nil {
		return err
	}
	h.server.signal = syscall.SIGTERM
	if err := h.server.ready(ctx, h.address); err != nil {
		return err
	}
	client := redisClient(h.address)
	return errors.Join(setAll(ctx, client, h), client.Close())
}

func setAll(ctx context.Context, client *redis.Client, h *host) error {
	const pack = 1000
	for from := 0; from < h.numbers; from += pack {
		h.show(from, h.numbers)
		p := client.Pipeline()
		for i := from; i < min(from+pack, h.numbers); i++ {
			p.Set(ctx, redisKey(entry{i}.e164()), entry{i}.stored(), 0)
		}
		if _, err := p.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func redisKey(e164 string) string { return "tenant01:" + e164 }

func redisClient(address string) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: address, PoolSize: peerConnections})
}

// peerConnections is how many a handler keeps to its peer.
const peerConnections = 16

func redisHandler(address string) http.Handler {
	client := redisClient(address)
	return lookupHandler(func(ctx context.Context, e164 string) ([]byte, error) {
		return client.Get(ctx, redisKey(e164)).Bytes()
	})
}

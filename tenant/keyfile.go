package tenant

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// A key file is three parts: a line "ringdex keys FORMAT SHARD EPOCH", a line with the HMAC-SHA256 of the other two parts in
// hexadecimal, and the records as JSON. The HMAC's key and the wrapping of tenant keys come from the epoch's key, so that no
// record can be taken out, put back or moved without it.
type keyRecord struct {
	Tenant       ID                 `json:"tenant"`
	Key          []byte             `json:"key"`
	Integrations []integrationEntry `json:"integrations,omitempty"`
}

type integrationEntry struct {
	Integration IntegrationID `json:"integration"`
	Data        []byte        `json:"data"`
	Secrets     []byte        `json:"secrets"`
}

const keyfileMagic = "ringdex keys "

func shardName(n int) string { return fmt.Sprintf("%02x", n) }

// shardNumber is the inverse of shardName.
func shardNumber(name string) (int, bool) {
	n, err := strconv.ParseUint(name, 16, 8)
	return int(n), err == nil && name == shardName(int(n))
}

func encodeShard(n int, s *shard) []byte {
	records := make([]keyRecord, 0, len(s.tenants))
	for _, t := range slices.Sorted(maps.Keys(s.tenants)) {
		records = append(records, wrapTenant(n, s.key, t, s.tenants[t]))
	}
	body, err := json.Marshal(records)
	if err != nil {
		panic(err) // texts and bytes always have a JSON form
	}
	head := fmt.Appendf(nil, "%s%d %s %d\n", keyfileMagic, keyringFormat, shardName(n), s.epoch)
	return slices.Concat(head, shardMAC(s.key, head, body), []byte("\n"), body)
}

func shardMAC(key [32]byte, head, body []byte) []byte {
	mac := hmac.New(sha256.New, derive(key[:], "ringdex key file", 32))
	mac.Write(head)
	mac.Write(body)
	return hex.AppendEncode(nil, mac.Sum(nil))
}

func wrapTenant(n int, epochKey [32]byte, t ID, keys tenantKeys) keyRecord {
	r := keyRecord{Tenant: t, Key: Seal(epochKey, keys.key[:], tenantPlace(n, t))}
	for _, i := range slices.Sorted(maps.Keys(keys.integrations)) {
		data := keys.integrations[i]
		r.Integrations = append(r.Integrations, integrationEntry{
			Integration: i,
			Data:        Seal(keys.key, data.data[:], integrationPlace("data", t, i)),
			Secrets:     Seal(keys.key, data.secrets[:], integrationPlace("secrets", t, i)),
		})
	}
	return r
}

// shardEpoch reads the first line, before anything is trusted: format and epoch.
func shardEpoch(n int, raw []byte) (uint64, error) {
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	var format int
	var name string
	var epoch uint64
	if _, err := fmt.Sscanf(string(line), keyfileMagic+"%d %s %d", &format, &name, &epoch); err != nil {
		return 0, fmt.Errorf("first line: %w", ErrDamaged)
	}
	if format > keyringFormat {
		return 0, fmt.Errorf("format %d: %w", format, ErrNewer)
	}
	if name != shardName(n) || epoch == 0 {
		return 0, fmt.Errorf("first line: %w", ErrDamaged)
	}
	return epoch, nil
}

func decodeShard(n int, epoch uint64, key [32]byte, raw []byte) (*shard, error) {
	parts := bytes.SplitAfterN(raw, []byte("\n"), 3)
	if len(parts) != 3 || !hmac.Equal(bytes.TrimSuffix(parts[1], []byte("\n")), shardMAC(key, parts[0], parts[2])) {
		return nil, ErrDamaged
	}
	var records []keyRecord
	if err := json.Unmarshal(parts[2], &records); err != nil {
		return nil, ErrDamaged
	}
	s := &shard{epoch: epoch, key: key, tenants: make(map[ID]tenantKeys, len(records))}
	for _, r := range records {
		keys, err := unwrapTenant(n, key, r)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", r.Tenant, err)
		}
		s.tenants[r.Tenant] = keys
	}
	return s, nil
}

func unwrapTenant(n int, epochKey [32]byte, r keyRecord) (tenantKeys, error) {
	key, err := unwrapKey(epochKey, r.Key, tenantPlace(n, r.Tenant))
	if err != nil {
		return tenantKeys{}, err
	}
	keys := tenantKeys{key: key, integrations: make(map[IntegrationID]dataKeys, len(r.Integrations))}
	for _, e := range r.Integrations {
		data, err := unwrapKey(key, e.Data, integrationPlace("data", r.Tenant, e.Integration))
		if err != nil {
			return tenantKeys{}, err
		}
		secrets, err := unwrapKey(key, e.Secrets, integrationPlace("secrets", r.Tenant, e.Integration))
		if err != nil {
			return tenantKeys{}, err
		}
		keys.integrations[e.Integration] = dataKeys{data, secrets}
	}
	return keys, nil
}

func unwrapKey(by [32]byte, wrapped, place []byte) ([32]byte, error) {
	plain, err := Unseal(by, wrapped, place)
	if err != nil || len(plain) != 32 {
		return [32]byte{}, ErrDamaged
	}
	return [32]byte(plain), nil
}

func tenantPlace(n int, t ID) []byte {
	return []byte("ringdex tenant key " + shardName(n) + " " + string(t))
}

func integrationPlace(kind string, t ID, i IntegrationID) []byte {
	return []byte("ringdex " + kind + " key " + string(t) + " " + string(i))
}

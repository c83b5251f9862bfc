package tenant

import (
	"context"
	"errors"
)

// webhookSecret is the one setting of an account that is not kept with the others: nobody is shown it.
const webhookSecret = "notice_webhook_secret"

// WebhookSecret returns what an account's webhook is signed with, the empty secret if there is none.
func (d *Directory) WebhookSecret(ctx context.Context, account ID) (Secret, error) {
	var text string
	err := d.live(ctx, account, func(v view) error {
		var err error
		text, err = get[string](v, account, place(account, placeWebhook, ""))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	return NewSecret(text), err
}

// putWebhookSecret keeps the secret where the settings hold one; an empty one removes it.
func (t tx) putWebhookSecret(account ID, settings map[string]string) error {
	for name, text := range settings {
		o, ok := AccountOptions().Find(name)
		if !ok || o.Name != webhookSecret {
			continue
		}
		if text == "" {
			return t.remove(place(account, placeWebhook, ""))
		}
		return t.put(account, place(account, placeWebhook, ""), text)
	}
	return nil
}

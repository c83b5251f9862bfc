package tenant

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// SignInLinkLife is how long a link by which a portal signs somebody in can be used.
const SignInLinkLife = time.Minute

// AddSignInLink returns the token of a link that signs a person in once, within [SignInLinkLife]: a portal opens it for who is
// signed in there. Only who may manage the person's account may make one.
func (d *Directory) AddSignInLink(ctx context.Context, by Actor, account ID, id PersonID) (Secret, error) {
	token := rand.Text()
	value, err := json.Marshal(personLink{account, id})
	if err != nil {
		return Secret{}, fmt.Errorf("encode link: %w", err)
	}
	err = d.change(ctx, by, account, ManagePeople, func(t tx) (note, error) {
		p, err := t.person(account, id)
		return note{Action: "person.sign_in_link", Object: string(id), Name: p.Email}, err
	})
	if err != nil {
		return Secret{}, err
	}
	return NewSecret(token), d.PutPending(ctx, signInLinkName(token), value, d.now().Add(SignInLinkLife))
}

// UseSignInLink returns whose link it was and uses it up. One that is unknown, used or too old is [ErrTicket].
func (d *Directory) UseSignInLink(ctx context.Context, token string) (Person, error) {
	value, ok, err := d.TakePending(ctx, signInLinkName(token))
	if err != nil {
		return Person{}, err
	}
	var link personLink
	if !ok || json.Unmarshal(value, &link) != nil {
		return Person{}, ErrTicket
	}
	who, err := d.SignedIn(ctx, link.Account, link.Person)
	if err != nil {
		return Person{}, unknownTicket(err)
	}
	return who.Person, nil
}

func signInLinkName(token string) string {
	sum := sha256.Sum256([]byte("ringdex sign-in link " + token))
	return hex.EncodeToString(sum[:])
}

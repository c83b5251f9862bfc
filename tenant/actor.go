package tenant

// Actor is who does something: what the rights are checked against, and what the audit log keeps.
type Actor struct {
	Kind    ActorKind // person, key, system or command
	ID      string    // of the person or key; "" for the others
	Name    string    // for people who read the log; sealed there
	Address string    // network address it came from; sealed there
	Account ID        // whose role it is
	Role    Role
}

// ActorKind says what an actor is.
type ActorKind string

// The kinds of actors.
const (
	ActorPerson  ActorKind = "person"
	ActorKey     ActorKind = "key"
	ActorSystem  ActorKind = "system"  // the server itself: jobs, resumed erasures
	ActorCommand ActorKind = "command" // a command on the server's machine
)

// Command returns the actor of a command on the server's machine, who may do what the operator may.
func Command(name string) Actor { return Actor{Kind: ActorCommand, Name: name, Role: RoleOperator} }

// Server returns the actor for what the server does by itself.
func Server(name string) Actor { return Actor{Kind: ActorSystem, Name: name, Role: RoleOperator} }

// Actor returns who acts when this person does.
func (p Person) Actor(address string) Actor {
	return Actor{Kind: ActorPerson, ID: string(p.ID), Name: p.Email, Address: address, Account: p.Account, Role: p.Role}
}

// Actor returns who acts when this key does: an admin of its tenant if it has that scope, else nobody who may change things.
func (a Access) Actor(address string) Actor {
	role := RoleAgent
	if a.Scopes.Has(ScopeAdmin) {
		role = RoleAdmin
	}
	return Actor{Kind: ActorKey, ID: string(a.Key), Address: address, Account: a.Tenant, Role: role}
}

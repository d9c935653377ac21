package org.millrace.connector.rest;

import java.util.Optional;
import org.millrace.connector.Answer;
import org.millrace.security.Secrets;

/** Credentials that stand in a secret: nothing to fetch, and nothing to do when they are refused. */
final class StandingAuth implements Auth {
    private final Sign sign;

    /** @param sign reads the secret each time, so that a rotated one is used at once */
    StandingAuth(Sign sign) {
        this.sign = sign;
    }

    @Override
    public Answer<Credential> credential() {
        return new Answer.Ok<>(new Credential(
                0,
                call -> {
                    try {
                        return sign.apply(call);
                    } catch (Secrets.UnavailableException e) {
                        throw new Jq.JqFailed(String.valueOf(e.getMessage()));
                    }
                },
                Optional.empty()));
    }

    @Override
    public Answer<Credential> renew(Credential refused, String why) {
        return new Answer.Unauthorized<>(why);
    }
}

package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.Auth.Credential;
import org.millrace.connector.rest.Context.Sent;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Judge.Understood;
import org.millrace.connector.rest.Transport.Answered;
import org.millrace.connector.rest.Transport.Call;
import org.millrace.connector.rest.Transport.Lost;
import org.millrace.connector.rest.Transport.NotSent;
import org.millrace.security.Secrets;

/** Carries out one operation: request, login where needed, turn, answer, and a second try after a refused login. */
final class Calls {
    private final Context context;
    private final Requests requests;
    private final Auth auth;

    Calls(Context context) {
        this.context = context;
        this.requests = new Requests(context.file());
        this.auth = Auths.of(context, requests);
    }

    Answer<Credential> login() {
        return auth.credential();
    }

    /** @param input {@code .} of the programs */
    Answer<Understood> perform(CompiledOperation op, Vars vars, JsonNode input) {
        Call call;
        try {
            call = requests.of(op, vars, input);
        } catch (JqFailed | Secrets.UnavailableException | IllegalArgumentException e) {
            return new Answer.Permanent<>(context.redactor().clean(op.place() + ": " + e.getMessage()));
        }
        Answer<Credential> credential = auth.credential();
        if (!(credential instanceof Answer.Ok<Credential> first)) {
            return failed(credential);
        }
        Answer<Understood> answer = once(op, call, first.value(), vars);
        if (!(answer instanceof Answer.Unauthorized<Understood> refused)) {
            return answer;
        }
        Answer<Credential> renewed = auth.renew(first.value(), refused.why());
        return renewed instanceof Answer.Ok<Credential> second ? once(op, call, second.value(), vars) : failed(renewed);
    }

    private Answer<Understood> once(CompiledOperation op, Call call, Credential credential, Vars vars) {
        Call signed;
        try {
            signed = credential.sign().apply(call);
        } catch (JqFailed e) {
            return new Answer.Unauthorized<>("auth: " + e.getMessage());
        }
        return switch (context.send(signed)) {
            case Sent.Held held -> new Answer.Throttled<>(held.why(), held.needed());
            case Sent.Replied replied ->
                switch (replied.reply()) {
                    case NotSent failed ->
                        new Answer.Retryable<>(context.redactor().clean(failed.why()));
                    case Lost failed -> lost(op, failed);
                    case Answered answer -> judge(op, answer, vars);
                };
        };
    }

    private Answer<Understood> judge(CompiledOperation op, Answered answer, Vars vars) {
        if (List.of("get", "lookup_asset").contains(op.name())
                && op.operation().gone().contains(answer.status())) {
            return new Answer.Ok<>(new Understood(com.fasterxml.jackson.databind.node.MissingNode.getInstance(), vars));
        }
        return context.judge().judge(answer, op.reads(), vars);
    }

    private Answer<Understood> lost(CompiledOperation op, Lost failed) {
        String why = context.redactor().clean(failed.why());
        return op.reads() ? new Answer.Retryable<>(why) : new Answer.Unknown<>(why);
    }

    /** A failure as the failure of another call. */
    static <T, U> Answer<U> failed(Answer<T> failure) {
        return failure.map(value -> {
            throw new IllegalStateException("not a failure: " + value);
        });
    }

    /** The value of a success. */
    static <T> Optional<T> value(Answer<T> answer) {
        return answer instanceof Answer.Ok<T> ok ? Optional.of(ok.value()) : Optional.empty();
    }
}

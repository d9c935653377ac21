package org.millrace.source.opcua;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;

@Kind("OpcUaSource")
@Doc("One OPC UA server: one session, one subscription.")
public record OpcUaSourceFile(
        @Doc("Id that asset files name in from:.") String id,
        @Doc("opc.tcp://host:port/path") String endpoint,

        @Doc("Sampling interval asked for tags that set none.") @Default("1s")
        Duration sampleEvery,

        @Doc("Publishing interval of the subscription.") @Default("250ms")
        Duration publishEvery,

        @Doc("Values the server keeps per item between two publishes and while the network is away;"
                + " many servers allow fewer.")
        @Default("100")
        int queue,

        @Doc("Longest wait for an answer.") @Default("10s") Duration timeout,
        @Doc("When silence is taken for a failure.") Optional<Watch> watch,

        @Doc("What is read from the server's history after an outage.")
        Optional<Backfill> backfill,

        @Doc("Events, alarms and conditions of the server, for tags with device and field.")
        Optional<Events> events,

        @Doc("How the connection is protected; without it Basic256Sha256, SignAndEncrypt, anonymous.")
        Optional<Security> security) {

    public enum Policy {
        None,
        Basic256Sha256,
        Aes128_Sha256_RsaOaep,
        Aes256_Sha256_RsaPss
    }

    public enum Mode {
        None,
        Sign,
        SignAndEncrypt
    }

    public record Watch(
            @Doc("Neither data nor a keep-alive for this long: the subscription is made anew.") @Default("30s")
            Duration silentAfter) {}

    public record Backfill(
            @Doc("Longest gap that is filled from the server's history; 0s: none.") @Default("24h")
            Duration max) {}

    public record Events(
            @Doc("Object whose events are taken, as a node id; the Server object i=2253 has them all.")
            @Default("i=2253")
            String notifier,

            @Doc("Which events are meant by a name: tags give the name in device:, and in field: what they want of"
                    + " them: active, acked, confirmed, suppressed, count, severity, message or event.")
            Map<String, Selection> select) {}

    public record Selection(
            @Doc("Name of the event's source, * is any text; or the source's node id. Without it any source.")
            Optional<String> source,

            @Doc("Event or condition types by node id, subtypes included; without it all.")
            List<String> types,

            @Doc("Name of the condition, * is any text; without it also events that are of no condition.")
            Optional<String> condition,

            @Doc("Least severity, 1 to 1000.") @Default("1") int minSeverity) {}

    public record Security(
            @Doc("Security policy; None only with allow_insecure.") @Default("Basic256Sha256")
            Policy policy,

            @Doc("Message security; default SignAndEncrypt, and None with policy None.")
            Optional<Mode> mode,

            @Doc("Must be true to use policy None: everything is sent in the clear.") @Default("false")
            boolean allowInsecure,

            @Doc("User name, when the server asks for one.") Optional<String> user,

            @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
            Optional<Secret> password,

            @Doc("Instead of user and password: PEM text with the user's certificate and private key, by reference.")
            Optional<Secret> userCertificate,

            @Doc("Host name or address in the server's certificate, when it is not the one in endpoint.")
            Optional<String> serverHost) {

        static final Security STANDARD = new Security(
                Policy.Basic256Sha256,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        /** As given, else what goes with the policy. */
        Mode effectiveMode() {
            return mode.orElse(policy == Policy.None ? Mode.None : Mode.SignAndEncrypt);
        }
    }

    Security securityOrStandard() {
        return security.orElse(Security.STANDARD);
    }

    Duration silentAfter() {
        return watch.map(Watch::silentAfter).orElse(Duration.ofSeconds(30));
    }

    Duration backfillMax() {
        return backfill.map(Backfill::max).orElse(Duration.ofHours(24));
    }
}

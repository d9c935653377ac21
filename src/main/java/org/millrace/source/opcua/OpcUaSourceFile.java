package org.millrace.source.opcua;

import java.time.Duration;
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

        @Doc("Values the server keeps per item between two publishes.") @Default("10")
        int queue,

        @Doc("Longest wait for an answer.") @Default("10s") Duration timeout,
        @Doc("How the connection is protected.") Optional<Security> security) {

    public enum Mode {
        None,
        Sign,
        SignAndEncrypt
    }

    public record Security(
            @Doc("None is the only policy that works today; another one is refused at connecting, with the reason.")
            @Default("None")
            String policy,

            @Doc("Message security; goes with the policy.") @Default("None")
            Mode mode,

            @Doc("Must be true to use policy None.") @Default("false")
            boolean allowInsecure,

            @Doc("User name, when the server asks for one.") Optional<String> user,

            @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
            Optional<Secret> password) {}
}

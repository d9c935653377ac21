package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/** Finds the endpoint that matches the configured security and makes a client for it. */
final class Endpoints {
    private static final String APPLICATION_URI = "urn:millrace:hub";

    private Endpoints() {}

    /** Why this configuration is not connected at all; empty when it may be. */
    static Optional<String> refusal(OpcUaSourceFile file) {
        String policy = file.security().map(OpcUaSourceFile.Security::policy).orElse("None");
        if (!policy.equals("None")) {
            return Optional.of("security policy " + policy + " is not supported yet; only None is,"
                    + " with allow_insecure: true, inside a trusted network");
        }
        if (!file.security().map(OpcUaSourceFile.Security::allowInsecure).orElse(false)) {
            return Optional.of("security policy None sends everything in the clear; write security: { policy: None,"
                    + " allow_insecure: true } to accept that");
        }
        return Optional.empty();
    }

    static OpcUaClient client(OpcUaSourceFile file, Optional<Credentials> credentials)
            throws UaException, InterruptedException, ExecutionException, TimeoutException {
        long timeout = file.timeout().toMillis();
        List<EndpointDescription> offered = DiscoveryClient.getEndpoints(
                        file.endpoint(), transport -> transport.setConnectTimeout(uint(timeout)))
                .get(2 * timeout, TimeUnit.MILLISECONDS);
        EndpointDescription endpoint = select(offered, file.endpoint());
        IdentityProvider identity = credentials
                .<IdentityProvider>map(c -> new UsernameProvider(c.user(), c.password()))
                .orElseGet(AnonymousProvider::new);
        OpcUaClientConfig config = OpcUaClientConfig.builder()
                .setApplicationName(LocalizedText.english("Millrace"))
                .setApplicationUri(APPLICATION_URI)
                .setSessionName(() -> "millrace:" + file.id())
                .setEndpoint(endpoint)
                // a server behind NAT or in a container names hosts we cannot reach, so its list differs from ours
                .setSessionEndpointValidationEnabled(false)
                .setIdentityProvider(identity)
                .setRequestTimeout(uint(timeout))
                .setKeepAliveTimeout(uint(timeout))
                .build();
        return OpcUaClient.create(config, transport -> transport.setConnectTimeout(uint(timeout)));
    }

    private static EndpointDescription select(List<EndpointDescription> offered, String url) throws UaException {
        EndpointDescription found = offered.stream()
                .filter(e -> SecurityPolicy.None.getUri().equals(e.getSecurityPolicyUri()))
                .findFirst()
                .orElseThrow(() -> new UaException(
                        StatusCodes.Bad_SecurityPolicyRejected,
                        "the server offers no endpoint with policy None, only "
                                + offered.stream()
                                        .map(EndpointDescription::getSecurityPolicyUri)
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
        // what the integrator wrote is reachable; what the server calls itself often is not
        return EndpointUtil.updateUrl(found, EndpointUtil.getHost(url), EndpointUtil.getPort(url));
    }

    /** {@code Bad_NodeIdUnknown} rather than a number. */
    static String text(StatusCode status) {
        return StatusCodes.lookup(status.value())
                .map(names -> names[0])
                .orElseGet(() -> "0x%08X".formatted(status.value()));
    }

    /** The part of a failure that helps a person. */
    static String text(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof UaException ua
                && ua.getCause() != null
                && ua.getCause().getMessage() != null) {
            return text(ua.getStatusCode()) + ", " + ua.getCause().getMessage();
        }
        if (cause instanceof UaException ua) {
            String name = text(ua.getStatusCode());
            String message = ua.getMessage();
            return message == null || message.contains(name) ? name : name + ", " + message;
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

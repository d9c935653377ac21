package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.transport.TransportProfile;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.millrace.source.opcua.OpcUaSourceFile.Policy;
import org.millrace.source.opcua.OpcUaSourceFile.Security;

/** Finds the endpoint that matches the configured security, decides on its certificate and makes a client for it. */
final class Endpoints {
    static {
        // the JDK names RSA-PSS otherwise than Milo asks for it (SHA256withRSA/PSS); without this provider no channel
        // opens with Aes256_Sha256_RsaPss
        if (java.security.Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
            java.security.Security.addProvider(new BouncyCastleProvider());
        }
    }

    /** With policy None nothing is signed: any URI will do, and no certificate is made for it. */
    private static final String UNSIGNED_URI = "urn:millrace:hub";

    private static final Set<Long> REFUSED_US = Set.of(
            StatusCodes.Bad_SecurityChecksFailed,
            StatusCodes.Bad_CertificateUntrusted,
            StatusCodes.Bad_CertificateInvalid,
            StatusCodes.Bad_CertificateUriInvalid,
            StatusCodes.Bad_CertificateTimeInvalid,
            StatusCodes.Bad_CertificateRevoked,
            StatusCodes.Bad_CertificateUseNotAllowed);

    /**
     * @param client not connected yet
     * @param shown the chain the server showed, its own first; empty with policy None
     * @param applicationUri of the server
     * @param own the hub's certificate, when the policy needs one
     */
    record Found(
            OpcUaClient client,
            List<X509Certificate> shown,
            String applicationUri,
            ServerTrust trust,
            Optional<ApplicationCertificate> own) {}

    private Endpoints() {}

    /** Asks the server for its endpoints; fails with {@link CertificateRefused} before anything secret is sent. */
    static Found find(Access access)
            throws UaException, IOException, CertificateRefused, InterruptedException, ExecutionException,
                    TimeoutException {
        OpcUaSourceFile file = access.file();
        Security security = file.securityOrStandard();
        Optional<ApplicationCertificate> own = security.policy() == Policy.None
                ? Optional.empty()
                : Optional.of(ApplicationCertificate.of(access.folders()));
        long timeout = file.timeout().toMillis();
        List<EndpointDescription> offered = DiscoveryClient.getEndpoints(
                        file.endpoint(), transport -> transport.setConnectTimeout(uint(timeout)))
                .get(2 * timeout, TimeUnit.MILLISECONDS);
        EndpointDescription endpoint = select(offered, file.endpoint(), security);

        ServerTrust trust =
                new ServerTrust(access.folders(), security.serverHost().orElseGet(() -> host(file.endpoint())));
        String uri = Objects.requireNonNullElse(endpoint.getServer().getApplicationUri(), "");
        List<X509Certificate> shown = List.of();
        if (own.isPresent() || encryptsPassword(security, endpoint)) {
            shown = chain(endpoint);
            trust.check(shown, uri);
        }
        OpcUaClientConfigBuilder config = OpcUaClientConfig.builder()
                .setApplicationName(LocalizedText.english("Millrace"))
                .setApplicationUri(own.map(ApplicationCertificate::uri).orElse(UNSIGNED_URI))
                .setSessionName(() -> "millrace:" + file.id())
                .setEndpoint(endpoint)
                // a server behind NAT or in a container names hosts we cannot reach, so its list differs from ours
                .setSessionEndpointValidationEnabled(false)
                .setCertificateValidator(trust.validator())
                .setIdentityProvider(UserIdentity.provider(security, access.secrets(), trust.validator()))
                .setRequestTimeout(uint(timeout))
                .setKeepAliveTimeout(uint(timeout));
        own.ifPresent(mine -> config.setKeyPair(mine.keys())
                .setCertificate(mine.certificate())
                .setCertificateChain(new X509Certificate[] {mine.certificate()}));
        OpcUaClient client =
                OpcUaClient.create(config.build(), transport -> transport.setConnectTimeout(uint(timeout)));
        return new Found(client, shown, uri, trust, own);
    }

    static String host(String endpoint) {
        return Objects.requireNonNullElse(EndpointUtil.getHost(endpoint), "");
    }

    private static List<X509Certificate> chain(EndpointDescription endpoint) throws UaException {
        byte[] bytes = endpoint.getServerCertificate().bytesOrEmpty();
        return bytes.length == 0 ? List.of() : CertificateUtil.decodeCertificates(bytes);
    }

    /** Also with policy None a server may want the password encrypted: then for whom is a question of trust again. */
    private static boolean encryptsPassword(Security security, EndpointDescription endpoint) {
        UserTokenPolicy[] policies = endpoint.getUserIdentityTokens();
        return security.user().isPresent()
                && policies != null
                && Arrays.stream(policies)
                        .filter(policy -> policy.getTokenType() == UserTokenType.UserName)
                        .map(UserTokenPolicy::getSecurityPolicyUri)
                        .anyMatch(uri -> uri != null && !uri.isEmpty() && !uri.equals(SecurityPolicy.None.getUri()));
    }

    private static EndpointDescription select(List<EndpointDescription> offered, String url, Security security)
            throws UaException {
        String policy = SecurityPolicy.valueOf(security.policy().name()).getUri();
        MessageSecurityMode mode =
                MessageSecurityMode.valueOf(security.effectiveMode().name());
        List<EndpointDescription> binary = offered.stream()
                .filter(e -> e.getTransportProfileUri() == null
                        || e.getTransportProfileUri().equals(TransportProfile.TCP_UASC_UABINARY.getUri()))
                .toList();
        EndpointDescription found = binary.stream()
                .filter(e -> policy.equals(e.getSecurityPolicyUri()) && e.getSecurityMode() == mode)
                .max(Comparator.comparing(e -> e.getSecurityLevel().intValue()))
                .orElseThrow(() -> new UaException(
                        StatusCodes.Bad_SecurityPolicyRejected,
                        "the server offers no endpoint with policy " + security.policy() + " and mode "
                                + security.effectiveMode() + ", only "
                                + binary.stream()
                                        .map(Endpoints::words)
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
        // what the integrator wrote is reachable; what the server calls itself often is not
        return EndpointUtil.updateUrl(found, EndpointUtil.getHost(url), EndpointUtil.getPort(url));
    }

    private static String words(EndpointDescription endpoint) {
        String uri = Objects.requireNonNullElse(endpoint.getSecurityPolicyUri(), "?");
        return uri.substring(uri.indexOf('#') + 1) + "/" + endpoint.getSecurityMode();
    }

    /** {@code Bad_NodeIdUnknown} rather than a number. */
    static String text(StatusCode status) {
        return StatusCodes.lookup(status.value())
                .map(names -> names[0])
                .orElseGet(() -> "0x%08X".formatted(status.value()));
    }

    /** Why connecting failed, with what to do where it is known. */
    static String text(Throwable failure, Access access) {
        Security security = access.file().securityOrStandard();
        Optional<Long> status =
                UaException.extract(failure).map(ua -> ua.getStatusCode().value());
        if (security.policy() != Policy.None
                && status.filter(REFUSED_US::contains).isPresent()) {
            return text(failure) + "; the server may not trust the hub: add "
                    + ApplicationCertificate.file(access.folders())
                    + " to its trusted clients";
        }
        if (status.filter(s -> s == StatusCodes.Bad_UserAccessDenied || s == StatusCodes.Bad_IdentityTokenRejected)
                .isPresent()) {
            return text(failure) + "; the server does not accept "
                    + security.user()
                            .map(u -> "user '" + u + "' with this password")
                            .orElse(
                                    security.userCertificate().isPresent()
                                            ? "the user's certificate"
                                            : "anonymous users: give security: a user");
        }
        return text(failure);
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

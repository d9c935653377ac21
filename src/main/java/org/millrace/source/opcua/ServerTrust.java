package org.millrace.source.opcua;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.CertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultClientCertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.util.validation.ValidationCheck;
import org.jspecify.annotations.Nullable;
import org.millrace.security.CertificateFolders;
import org.millrace.security.KnownCertificate;
import org.millrace.security.KnownCertificate.Place;

/**
 * Whether a server's certificate is good enough: Milo's validator with every check on (trust, validity, host name,
 * application URI, key usage, revocation), over the folders as they are at that moment. They are read anew each time
 * rather than watched: file system events get lost on network file systems and container mounts.
 */
final class ServerTrust {
    private static final Set<Long> UNTRUSTED = Set.of(
            StatusCodes.Bad_CertificateUntrusted,
            StatusCodes.Bad_CertificateChainIncomplete,
            StatusCodes.Bad_SecurityChecksFailed);

    private static final Set<Long> TIME =
            Set.of(StatusCodes.Bad_CertificateTimeInvalid, StatusCodes.Bad_CertificateIssuerTimeInvalid);

    private final CertificateFolders folders;
    private final String host;

    /** @param host the name or address the certificate must be for */
    ServerTrust(CertificateFolders folders, String host) {
        this.folders = folders;
        this.host = host;
    }

    /** For Milo, which asks again when a session is made, with the host of a URL that we changed. */
    CertificateValidator validator() {
        return (chain, applicationUri, hosts) -> validate(chain, applicationUri);
    }

    /** Fails with a sentence for people; an unknown certificate is kept in {@code rejected/}. */
    void check(List<X509Certificate> chain, String applicationUri) throws CertificateRefused {
        if (chain.isEmpty()) {
            throw new CertificateRefused("the server shows no certificate");
        }
        try {
            validate(chain, applicationUri);
        } catch (UaException e) {
            throw new CertificateRefused(
                    sentence(chain, applicationUri, e),
                    TIME.contains(e.getStatusCode().value()));
        }
    }

    private void validate(List<X509Certificate> chain, @Nullable String applicationUri) throws UaException {
        MemoryTrustListManager trusted = new MemoryTrustListManager();
        trusted.setTrustedCertificates(folders.certificates(Place.TRUSTED));
        trusted.setIssuerCertificates(folders.certificates(Place.ISSUER));
        trusted.setTrustedCrls(folders.crls(Place.TRUSTED));
        trusted.setIssuerCrls(folders.crls(Place.ISSUER));
        new DefaultClientCertificateValidator(trusted, ValidationCheck.ALL_OPTIONAL_CHECKS, new Rejected(folders))
                .validateCertificateChain(chain, applicationUri, new String[] {host});
    }

    private String sentence(List<X509Certificate> chain, String applicationUri, UaException failure) {
        X509Certificate shown = chain.getFirst();
        long status = failure.getStatusCode().value();
        String name = name(shown);
        if (TIME.contains(status)) {
            return (expired(shown)
                            ? "the server's certificate has expired: "
                            : "the server's certificate, or that of its issuer, is not valid now: ")
                    + name + "; renew it at the server, and compare the clocks of both machines";
        }
        if (status == StatusCodes.Bad_CertificateRevoked || status == StatusCodes.Bad_CertificateIssuerRevoked) {
            return "the server's certificate, or that of its issuer, is revoked: " + name
                    + "; the server needs a new one";
        }
        if (status == StatusCodes.Bad_CertificateRevocationUnknown
                || status == StatusCodes.Bad_CertificateIssuerRevocationUnknown) {
            return "no revocation list tells whether the server's certificate is still good: " + name
                    + "; put the list (CRL) of "
                    + shown.getIssuerX500Principal().getName() + " into "
                    + folders.revocations(Place.TRUSTED) + " (or issuers/crl)";
        }
        if (status == StatusCodes.Bad_CertificateHostNameInvalid) {
            return "the server's certificate is for " + String.join(", ", KnownCertificate.hosts(shown)) + ", not for "
                    + host + ": " + name + "; write one of these hosts in endpoint, or in security: server_host";
        }
        if (status == StatusCodes.Bad_CertificateUriInvalid) {
            return "the server calls itself " + applicationUri + ", its certificate says "
                    + KnownCertificate.applicationUri(shown).orElse("nothing") + ": " + name
                    + "; make the server a new certificate";
        }
        if (!UNTRUSTED.contains(status)) {
            return "the server's certificate is not usable (" + Endpoints.text(failure) + "): " + name;
        }
        return untrusted(chain, shown, name);
    }

    private String untrusted(List<X509Certificate> chain, X509Certificate shown, String name) {
        String thumbprint = KnownCertificate.thumbprint(shown);
        boolean trusted = folders.certificates(Place.TRUSTED).contains(shown);
        boolean selfSigned = shown.getIssuerX500Principal().equals(shown.getSubjectX500Principal());
        if (trusted && !selfSigned || !selfSigned && chain.size() == 1) {
            return "the chain of the server's certificate does not end in a known authority: " + name + ", issued by "
                    + shown.getIssuerX500Principal().getName() + "; put the certificates of its authorities into "
                    + folders.folder(Place.ISSUER) + " (or, when sent, hub certificates trust --issuer <thumbprint>)"
                    + (trusted ? "" : " and trust it: hub certificates trust " + thumbprint);
        }
        String compare =
                "compare the thumbprint with the one at the server, then: hub certificates trust " + thumbprint;
        return before(shown)
                .map(old -> "the server shows another certificate than the trusted one: now " + name + ", trusted is "
                        + KnownCertificate.thumbprint(old) + " (valid to " + day(old)
                        + "); it was renewed, or something else answers; " + compare)
                .orElseGet(() -> "the server's certificate is not trusted yet: " + name + "; " + compare);
    }

    /** The trusted certificate of the same application. */
    private Optional<X509Certificate> before(X509Certificate shown) {
        Optional<String> uri = KnownCertificate.applicationUri(shown);
        List<X509Certificate> same = new ArrayList<>(folders.certificates(Place.TRUSTED));
        same.removeIf(c -> uri.isEmpty() || !KnownCertificate.applicationUri(c).equals(uri));
        return same.stream().max(Comparator.comparing(X509Certificate::getNotAfter));
    }

    private static boolean expired(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return false;
        } catch (CertificateExpiredException e) {
            return true;
        } catch (CertificateNotYetValidException e) {
            return false;
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName() + ", thumbprint "
                + KnownCertificate.thumbprint(certificate) + ", valid "
                + certificate.getNotBefore().toInstant().toString().substring(0, 10) + " to " + day(certificate);
    }

    private static String day(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().toString().substring(0, 10);
    }

    /** Milo puts what it refused here. */
    private record Rejected(CertificateFolders folders) implements CertificateQuarantine {
        @Override
        public List<X509Certificate> getRejectedCertificates() {
            return folders.certificates(Place.REJECTED);
        }

        @Override
        public void addRejectedCertificate(X509Certificate certificate) {
            boolean known = folders.certificates(Place.TRUSTED).contains(certificate)
                    || folders.certificates(Place.ISSUER).contains(certificate);
            if (!known) { // of a chain only what is missing
                folders.keepRejected(certificate);
            }
        }

        @Override
        public void removeRejectedCertificate(X509Certificate certificate) {
            throw new UnsupportedOperationException("a person moves certificates");
        }
    }
}

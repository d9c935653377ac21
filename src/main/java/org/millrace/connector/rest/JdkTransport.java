package org.millrace.connector.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 by the JDK's client. Redirects are not followed: credentials stay with the host they were given for. */
public final class JdkTransport implements Transport {
    private final HttpClient http;
    private final Duration read;
    private final Duration whole;
    private final int maxBytes;

    /** @param http should not follow redirects; see {@link #client} */
    public JdkTransport(HttpClient http, ConnectorFile.Connection settings) {
        this.http = http;
        this.read = settings.read();
        this.whole = settings.connect().plus(settings.read());
        this.maxBytes = settings.maxAnswerKib() * 1024;
    }

    /**
     * A client as the file asks for.
     *
     * @param home folder that {@code trust} is relative to
     * @throws IOException when the trusted certificates cannot be read; the message names the file
     */
    public static HttpClient client(ConnectorFile.Connection settings, Path home) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connect());
        settings.proxy().ifPresent(proxy -> {
            int colon = proxy.lastIndexOf(':');
            builder.proxy(ProxySelector.of(InetSocketAddress.createUnresolved(
                    proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1)))));
        });
        if (settings.trust().isPresent()) {
            builder.sslContext(trusting(home.resolve(settings.trust().get())));
        }
        return builder.build();
    }

    private static SSLContext trusting(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int n = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + n++, certificate);
            }
            if (n == 0) {
                throw new IOException(file + " holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read certificates from " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Reply send(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri()).timeout(read);
        request.method(
                call.method(),
                call.body().length == 0
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(call.body()));
        call.headers().forEach(request::setHeader);
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request.build(), info -> new Bounded(maxBytes, info));
        try {
            // the request's own timeout ends with the headers of the answer: a body that trickles needs this one
            HttpResponse<byte[]> response = answer.get(whole.toMillis(), TimeUnit.MILLISECONDS);
            return new Answered(response.statusCode(), headers(response), response.body());
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Lost("no whole answer within " + whole.toSeconds() + " s");
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return new Lost("interrupted while waiting for the answer");
        }
    }

    /** What happened before the first byte of the request left, and what may have happened after. */
    private Reply failed(@Nullable Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            switch (t) {
                case HttpConnectTimeoutException e -> {
                    return new NotSent("no connection in time");
                }
                case UnresolvedAddressException e -> {
                    return new NotSent("the host name is not known");
                }
                case ConnectException e -> {
                    if (e.getCause() == null || !(e.getCause().getCause() instanceof UnresolvedAddressException)) {
                        return new NotSent("connection refused" + detail(e));
                    }
                }
                case SSLHandshakeException e -> {
                    return new NotSent("TLS handshake failed" + detail(e));
                }
                case HttpTimeoutException e -> {
                    return new Lost("no answer within " + read.toSeconds() + " s");
                }
                default -> {}
            }
        }
        return new Lost("the connection broke" + (cause == null ? "" : detail(cause)));
    }

    private static String detail(Throwable t) {
        String message = t.getMessage();
        return message == null ? "" : ": " + message;
    }

    private static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            headers.put(lower, lower.equals("set-cookie") ? String.join("\n", values) : values.getFirst());
        });
        return headers;
    }

    /** The whole body, or an error as soon as it is larger than allowed. */
    private static final class Bounded implements BodySubscriber<byte[]> {
        private final int max;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        Bounded(int max, HttpResponse.ResponseInfo info) {
            this.max = max;
            if (info.headers().firstValueAsLong("Content-Length").orElse(0) > max) {
                tooLarge();
            }
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (body.isDone()) {
                given.cancel();
            } else {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (body.isDone()) {
                    return;
                }
                if (bytes.size() + buffer.remaining() > max) {
                    tooLarge();
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable t) {
            body.completeExceptionally(t);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }

        private void tooLarge() {
            body.completeExceptionally(
                    new IOException("the answer is larger than " + max / 1024 + " KiB (connection.max_answer_kib)"));
        }
    }
}

function decode(input) {
  return {};
}

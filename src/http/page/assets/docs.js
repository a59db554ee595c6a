/** Shows the contract with Swagger UI, which stands before it in the page. */
const place = document.getElementById('contract');

// Its dark colours go by a class.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

// Its own way to say that something is wrong with it would be an image of another site.
globalThis.SwaggerUIBundle({
  url: place.dataset.contract,
  domNode: place,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
  tryItOutEnabled: true,
  requestSnippetsEnabled: false,
});

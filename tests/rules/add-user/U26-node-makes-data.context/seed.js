require('fs').writeFileSync('/app/db.json', '[]');
